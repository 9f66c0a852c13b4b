/** What a record has that the CDM cannot say. */
export type Lost = (
  what:
    | 'event without a date'
    | 'encounter without a date'
    | 'birth date missing'
    | 'patient id cut to 50 characters'
    | 'code cut to 50 characters'
    | 'unit cut to 50 characters'
    | 'text of a value cut to its column'
    | 'unit without a standard concept'
    | 'route without a standard concept'
    | 'value that its table has no column for'
    | 'number that a column of integers cannot hold'
    | 'interpretation of a value'
    | 'dose that sig has no form for'
    | 'panel that its table has no column for',
) => void;
