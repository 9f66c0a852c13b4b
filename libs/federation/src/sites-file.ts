import { dirname, resolve } from 'node:path';
import { readYaml } from '@ehrsynth/io';
import { z } from 'zod';
import { SitesFileError } from './errors.ts';

const isHttps = (url: string) => URL.canParse(url) && new URL(url).protocol === 'https:';

const hrefOf = (url: string) => (URL.canParse(url) ? new URL(url).href : url);

const SitesFile = z
  .strictObject({
    /** The coordinator's own certificate and key, and the authority of the sites' certificates; paths from this file. */
    cert: z.string().min(1),
    key: z.string().min(1),
    ca: z.string().min(1),
    sites: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'must be a name of letters, digits, spaces and ._-'),
          url: z.string().refine(isHttps, 'must be a URL that begins with https://'),
        }),
      )
      .min(1),
    /** Sites that a round needs: with fewer, the training stops. By default all. */
    atLeast: z.number().int().min(1).optional(),
    /** How often weights are averaged in an epoch. */
    roundsPerEpoch: z.number().int().min(1).optional(),
    retries: z.number().int().min(0).default(3),
    timeoutMinutes: z.number().positive().default(60),
  })
  .superRefine(({ sites, atLeast }, context) => {
    const twice = sites.findIndex(({ name }, i) => sites.findIndex((other) => other.name === name) < i);
    if (twice >= 0)
      context.addIssue({ code: 'custom', path: ['sites', twice, 'name'], message: 'another site has this name' });
    const same = sites.findIndex(({ url }, i) => sites.findIndex((other) => hrefOf(other.url) === hrefOf(url)) < i);
    if (same >= 0)
      context.addIssue({ code: 'custom', path: ['sites', same, 'url'], message: 'another site has this URL' });
    if (atLeast !== undefined && atLeast > sites.length)
      context.addIssue({ code: 'custom', path: ['atLeast'], message: `there are only ${sites.length} sites` });
  });
export type SitesFile = z.output<typeof SitesFile>;

/** The sites of a training, from YAML or JSON; paths in it are given from its folder. @throws SitesFileError with the key and its place, UserError */
export async function readSitesFile(path: string): Promise<SitesFile> {
  const { data } = await readYaml(path, SitesFile, (what, where) => new SitesFileError(what, where));
  const from = (file: string) => resolve(dirname(path), file);
  return { ...data, cert: from(data.cert), key: from(data.key), ca: from(data.ca) };
}
