/**
 * A model of rows in forty lines: a training patient drawn at random, of whose codes each is redrawn by its prevalence with a chance of
 * a fifth. It is there to show what a plug-in has to have. It copies people: never give away what it draws.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Chance that a code is drawn anew. */
const NOISE = 0.2;

/** @type {import('@ehrsynth/models').RowPlugin} */
const bootstrap = {
  name: 'Bootstrap with noise',
  takes: 'rows',
  create: ({ columns, firstCode }) => modelOf({ rows: [], shares: columns.map(() => 0), firstCode }),
  load: async (folder) => modelOf(JSON.parse(await readFile(join(folder, 'rows.json'), 'utf8'))),
};
export default bootstrap;

function modelOf(learned) {
  return {
    async fit(source, { signal, minPatients }) {
      for await (const row of source.rows()) {
        if (signal?.aborted) return;
        learned.rows.push(row.map(([column]) => column));
        for (const [column] of row) learned.shares[column] += 1 / source.patients;
      }
      // A prevalence that rests on too few patients is kept by no model.
      learned.shares = learned.shares.map((share) => (share * source.patients < minPatients ? 0 : share));
    },
    draw(random) {
      const { rows, shares, firstCode } = learned;
      const drawn = rows[Math.floor(random() * rows.length)];
      const kept = drawn.filter((column) => column < firstCode || random() >= NOISE);
      const added = shares.flatMap((share, column) =>
        column >= firstCode && random() < NOISE * share ? [column] : [],
      );
      return new Set([...kept, ...added]);
    },
    save: (folder) => writeFile(join(folder, 'rows.json'), JSON.stringify(learned)),
  };
}
