/** Texts, names in quotes, words, blanks, and whatever else, one sign at a time. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*|\s+|./gs;

/** Words that Spark has another word for. Its TIMESTAMP is one of a time zone; ours has none. */
const WORDS: Record<string, string> = { VARCHAR: 'STRING', TIMESTAMP: 'TIMESTAMP_NTZ', TEMP: 'TEMPORARY' };

/**
 * The SQL that DuckDB and PostgreSQL share, in Spark's dialect: texts and names are quoted otherwise, types have other names, `~` is
 * RLIKE, and texts are in the order of their bytes without COLLATE "C". What it cannot say by other words alone is to be written so that
 * all three understand it: CAST(a - b AS INTEGER) for days between dates, CASE in an aggregate over a window in place of FILTER,
 * row_number() in place of DISTINCT ON, NULLS FIRST or LAST wherever there may be any, no subquery where a column is selected.
 */
export function inSpark(sql: string): string {
  const tokens = sql.match(TOKENS) ?? [];
  let isAfterCollate = false;
  return tokens
    .map((token, i) => {
      if (isAfterCollate) {
        isAfterCollate = !token.startsWith('"');
        return '';
      }
      if (token.startsWith("'")) return sparkText(token.slice(1, -1).replaceAll("''", "'"));
      if (token.startsWith('"')) return sparkName(token.slice(1, -1).replaceAll('""', '"'));
      if (token === '~') return 'RLIKE';
      const word = token.toUpperCase();
      isAfterCollate = word === 'COLLATE';
      if (isAfterCollate || (word === 'PRECISION' && tokens[i - 2]?.toUpperCase() === 'DOUBLE')) return '';
      return WORDS[word] ?? token;
    })
    .join('');
}

/** A text in Spark's SQL. \1 of what regexp_replace puts in is $1 there. */
export function sparkText(text: string): string {
  const own = /^(\\[1-9])+$/.test(text) ? text.replaceAll('\\', '$') : text;
  // Spark puts values of its settings in place of ${name}, within texts too.
  return `'${own.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\u0024{')}'`;
}

/** A name in Spark's SQL. */
export function sparkName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
