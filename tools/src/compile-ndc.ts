import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { importFda } from '@ehrsynth/vocab';

/** What ships: prescription drugs and vaccines, and over-the-counter drugs with an approved application. */
const SHIPPED_TYPES = new Set(['HUMAN PRESCRIPTION DRUG', 'VACCINE', 'PLASMA DERIVATIVE', 'CELLULAR THERAPY']);
const APPROVED = /^(NDA|ANDA|BLA|NDA AUTHORIZED GENERIC)$/;

const [productFile, packageFile] = process.argv.slice(2);
if (!packageFile) {
  console.error('Usage: npm run vocab:ndc -- product.txt package.txt   (the NDC directory of the FDA)');
  process.exit(2);
}
const rows = await importFda(
  productFile,
  packageFile,
  (row) => SHIPPED_TYPES.has(row.PRODUCTTYPENAME) || APPROVED.test(row.MARKETINGCATEGORYNAME),
);
const target = fileURLToPath(new URL('../../vocab/ndc.tsv.gz', import.meta.url));
const header = 'product9\tname\tingredients\tstrength\tform\troutes\tpackages';
writeFileSync(target, gzipSync(`${[header, ...rows.map((row) => row.join('\t'))].join('\n')}\n`, { level: 9 }));
console.log(`${rows.length} products → ${target}`);
