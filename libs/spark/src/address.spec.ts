import { describe, expect, it } from 'vitest';
import { isSpark, sparkAddress, withoutToken } from './index.ts';

const address = (text: string, environment = {}) => sparkAddress(text, environment);

describe('the address of a Spark Connect server', () => {
  it.each([
    ['sc://spark.example.org', { host: 'spark.example.org', port: 15002, isSecure: false }],
    ['sc://spark.example.org:443/;use_ssl=true', { port: 443, isSecure: true }],
    ['sc://10.1.2.3:15003/', { host: '10.1.2.3', port: 15003 }],
    ['sc://[::1]:15002/;user_id=a', { host: '[::1]', userId: 'a' }],
    ['SC://h/;user_id=Jane%20Doe%3B', { host: 'h', userId: 'Jane Doe;' }],
    ['sc://h/;token=abc%3D%3D', { token: 'abc==', isSecure: true }],
    ['sc://localhost/;token=abc', { token: 'abc', isSecure: false }],
    ['sc://localhost/;token=abc;use_ssl=true', { isSecure: true }],
    ['sc://h/;session_id=6f1c1e3c-0a2b-4c57-9d0e-1f2a3b4c5d6e', { sessionId: '6f1c1e3c-0a2b-4c57-9d0e-1f2a3b4c5d6e' }],
    ['sc://h/;grpc_max_message_size=1000', { maxMessageBytes: 1000 }],
    [
      'sc://h/;user_agent=etl/1;x-databricks-cluster-id=0123-45',
      { userAgent: 'etl/1', headers: { 'x-databricks-cluster-id': '0123-45' } },
    ],
    // Names are case-sensitive: this one is a header like any other.
    ['sc://h/;Token=abc', { token: undefined, headers: { Token: 'abc' }, isSecure: true }],
    ['sc://h/;authorization=Basic%20abc', { token: undefined, isSecure: true }],
  ])('%s', (text, expected) => {
    expect(address(text)).toMatchObject(expected);
  });

  it('takes the token from the environment where the address has none', () => {
    const environment = { SPARK_CONNECT_AUTHENTICATE_TOKEN: 'hidden' };
    expect(address('sc://h', environment)).toMatchObject({ token: 'hidden', isSecure: true });
    expect(address('sc://h/;token=own', environment).token).toBe('own');
  });

  it.each([
    ['sc://', /not of the form/],
    ['sc://user@h', /not of the form|nothing but/],
    ['sc://h:70000', /port/],
    ['sc://h:15002/path', /nothing but/],
    ['sc://h?token=a', /nothing but/],
    ['sc://h/;token', /name=value/],
    ['sc://h/;user_id=', /no value/],
    ['sc://h/;user_id=a;user_id=b', /twice/],
    ['sc://h/;use_ssl=yes', /true or false/],
    ['sc://h/;session_id=1', /no UUID/],
    ['sc://h/;user_id=100%', /write %25/],
    ['sc://h/;token=secret;use_ssl=false', /in the clear/],
    ['sc://h/;authorization=Basic%20secret;use_ssl=false', /in the clear/],
  ])('%s is refused', (text, why) => {
    expect(() => address(text)).toThrow(why);
    expect(() => address(text)).not.toThrow(/secret/);
  });

  it('shows no token, and knows what is no address of Spark', () => {
    expect(withoutToken('sc://h/;user_id=a;token=b;x-api-key=c')).toBe('sc://h/;user_id=a;token=…;x-api-key=…');
    expect(isSpark(' sc://h')).toBe(true);
    expect(isSpark('postgres://h')).toBe(false);
    expect(isSpark('/data/sc')).toBe(false);
  });
});
