/** What the option --csv-raw does. */
export const CSV_RAW =
  "leave texts as they are (default: put an apostrophe (') before what a spreadsheet would take for a formula)";
