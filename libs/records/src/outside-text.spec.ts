import { expect, it } from 'vitest';
import { hasControls, withoutControls } from './outside-text.ts';

it('finds what acts on a terminal or begins a line, and leaves all else', () => {
  for (const text of ['\u001b[2J', 'a\nb', '\u009b31m', 'a\u2028b', '\u0000']) {
    expect(hasControls(text)).toBe(true);
    expect(hasControls(withoutControls(text))).toBe(false);
  }
  expect(withoutControls('Diabetes\r\nmellitus\u0007')).toBe('Diabetes mellitus');
  expect(hasControls('E11.9')).toBe(false);
  expect(withoutControls('Ménière’s disease, 左')).toBe('Ménière’s disease, 左');
});
