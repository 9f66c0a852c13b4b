import { expect, it } from 'vitest';
import { inSpark } from './index.ts';

it.each([
  ["SELECT 'it''s' AS \"table\"", "SELECT 'it\\'s' AS `table`"],
  ["x ~ '^\\s*[0-9]$'", "x RLIKE '^\\\\s*[0-9]$'"],
  ["regexp_replace(x, '(a)(b)', '\\2\\1')", "regexp_replace(x, '(a)(b)', '$2$1')"],
  ['CAST(a AS VARCHAR), CAST(b AS DOUBLE PRECISION)', 'CAST(a AS STRING), CAST(b AS DOUBLE )'],
  ['CAST(a AS TIMESTAMP)', 'CAST(a AS TIMESTAMP_NTZ)'],
  ['ORDER BY a COLLATE "C" NULLS LAST, b', 'ORDER BY a  NULLS LAST, b'],
  // What stands in texts and names is no word of SQL.
  ['\'VARCHAR ~ "x" COLLATE "C"\'', '\'VARCHAR ~ "x" COLLATE "C"\''],
  ['SELECT "VARCHAR", "a`b" FROM t', 'SELECT `VARCHAR`, `a``b` FROM t'],
])('%s', (common, spark) => {
  expect(inSpark(common)).toBe(spark);
});
