/** A unit of UCUM without its annotations, and those that change what is measured. */
export interface Annotated {
  /** With 1 in the place of an annotation that stands for a unit: {copies}/mL → 1/mL. */
  plain: string;
  /** In small letters, in their order; none of those that only name what is counted. */
  annotations: string[];
}

/** Of what: a count of {cells} or {beats}, the gram of {creat}; a unit says the same without them. */
const NAMES_WHAT_IS_COUNTED = new Set(
  '{#} {count} {number} {cell} {cells} {rbc} {rbcs} {wbc} {wbcs} {plt} {platelets} {beats} {beat} {breaths} {breath} {creat} {creatinine} {cre} {hb} {hgb} {hemoglobin} {total}'.split(
    ' ',
  ),
);

/** Takes a unit and its annotations apart: `ng/mL{FEU}` is ng/mL with {feu}, `{beats}/min` is 1/min. An annotation alone stays what it is. */
export function withoutAnnotations(unit: string): Annotated {
  const annotations: string[] = [];
  const isAlone = ALONE.test(unit);
  const plain = unit.replace(ANNOTATION, (_, before: string, annotation: string) => {
    const name = annotation.toLowerCase();
    if (isAlone || !NAMES_WHAT_IS_COUNTED.has(name)) annotations.push(name);
    return STANDS_FOR_UNIT.test(before) ? `${before}1` : before;
  });
  return { plain, annotations };
}

const ALONE = /^\{[^{}]*\}$/;
const ANNOTATION = /(^|[^{}])(\{[^{}]*\})/g;
const STANDS_FOR_UNIT = /^[./(]?$/;
