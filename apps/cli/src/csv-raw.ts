/** What the option --csv-raw does. */
export const CSV_RAW =
  "leave texts as they are: without it an apostrophe (') stands before what a spreadsheet would take for a formula";
