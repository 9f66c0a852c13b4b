import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { ALL_WELL, type Finding, toIssue, validateFhir } from '@ehrsynth/fhir';
import { LineWriter, stageFile, type StagedFile } from '@ehrsynth/io';
import { Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { addLimitOptions, type LimitOptions, limitsOf } from '../limit-options.ts';
import { wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { table, text, wrapped } from '../table.ts';
import { validateOmopCommand } from './validate-omop.ts';

interface Options extends LimitOptions {
  findings?: string;
  outcome?: string;
  invariants: boolean;
  bestPractice: boolean;
  threads: number;
  show: number;
}

const SEVERITIES = ['error', 'warning', 'information'] as const;

export function validateCommand(): Command {
  return new Command('validate')
    .addCommand(validateOmopCommand())
    .addCommand(
      addLimitOptions(new Command('fhir'))
        .description(
          'FHIR R4: structure, formats, bindings, invariants, references, bundles, US Core, codes, dates, plausibility',
        )
        .argument('<path>', 'file or folder of .json and .ndjson')
        .option('--findings <file>', 'write every finding to this file, one JSON object per line')
        .option('--outcome <file>', 'write every finding to this file, as one OperationOutcome')
        .option('--show <number>', 'findings to show, most severe first', wholeNumber(0), 20)
        .option(
          '--threads <number>',
          'threads that check, besides the one that reads; 0: everything in one thread',
          wholeNumber(0),
          defaultThreads(),
        )
        .option('--best-practice', 'also check recommendations, such as a narrative in every resource', false)
        .option('--no-invariants', 'skip the invariants (FHIRPath); several times faster')
        .action(validate),
    );
}

async function validate(path: string, options: Options): Promise<void> {
  const shown = new Gravest(options.show);
  const files = [
    options.findings ? new FindingLines(await stageFile(options.findings)) : undefined,
    options.outcome ? new OutcomeFile(await stageFile(options.outcome)) : undefined,
  ].filter((file) => file !== undefined);
  for (const file of files) await file.opened();
  const progress = new Progress('Validating', 'resources');
  const { resources, counts, byRule } = await validateFhir(path, {
    vocabulary: new Vocabulary(),
    invariants: options.invariants,
    bestPractice: options.bestPractice,
    threads: options.threads,
    limits: limitsOf(options),
    onProgress: (checked) => progress.update(checked),
    onFinding: (finding) => {
      shown.add(finding);
      files.forEach((file) => file.add(finding));
    },
  });
  progress.stop();
  for (const file of files) await file.close();
  console.log(
    table(
      ['resource', 'checked'],
      [...resources].sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  if (byRule.size > 0)
    console.log(
      table(
        ['finding', 'count'],
        [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
  const list = shown.list();
  if (list.length > 0) {
    console.log(
      wrapped(
        ['severity', 'where', 'resource', 'FHIRPath', 'what', 'how to fix it'],
        list.map((f) => [f.severity, within(path, f.where), f.resource, f.path, f.message, f.remedy]),
      ),
    );
  }
  const rest = counts.error + counts.warning + counts.information - list.length;
  if (rest > 0)
    console.log(`  … ${text(rest)} more findings${options.findings ? '' : ' (--findings writes them all)'}`);
  console.log(`${text(counts.error)} errors, ${text(counts.warning)} warnings in ${path}`);
  if (counts.error > 0) process.exitCode = 1;
}

function defaultThreads(): number {
  return Math.max(0, availableParallelism() - 1);
}

/** The place as it is called inside the folder. */
function within(folder: string, where: string): string {
  return where.startsWith(folder) ? where.slice(folder.length).replace(/^[/\\, ]+/, '') : where;
}

/** The first findings of the gravest severities; of warnings one of each kind, since thousands are often the same. */
class Gravest {
  private readonly bySeverity = new Map<Finding['severity'], Finding[]>(SEVERITIES.map((name) => [name, []]));
  private readonly kinds = new Set<string>();

  constructor(private readonly most: number) {}

  add(finding: Finding): void {
    const list = this.bySeverity.get(finding.severity)!;
    const kind = `${finding.severity} ${finding.rule} ${finding.path.replace(/\[\d+\]/g, '')} ${finding.remedy}`;
    if (list.length >= this.most || (finding.severity !== 'error' && this.kinds.has(kind))) return;
    this.kinds.add(kind);
    list.push(finding);
  }

  list(): Finding[] {
    return [...this.bySeverity.values()].flat().slice(0, this.most);
  }
}

/** Every finding as one JSON a line. */
class FindingLines {
  private readonly lines: LineWriter;
  private readonly writes: Promise<void>[] = [];

  constructor(private readonly file: StagedFile) {
    this.lines = new LineWriter(file.path);
  }

  /** @throws UserError where the file cannot be written */
  async opened(): Promise<void> {
    await this.lines.opened();
  }

  add(finding: Finding): void {
    this.write(JSON.stringify(finding));
  }

  async close(): Promise<void> {
    await Promise.all(this.writes);
    await this.lines.close();
    await this.file.commit();
  }

  protected write(line: string): void {
    const written = this.lines.write(line);
    written.catch(() => {}); // `close` throws it.
    this.writes.push(written);
  }
}

/** Every finding as an issue of one OperationOutcome, an issue a line. */
class OutcomeFile extends FindingLines {
  private issues = 0;

  constructor(file: StagedFile) {
    super(file);
    this.write('{"resourceType":"OperationOutcome","issue":[');
  }

  override add(finding: Finding): void {
    this.write((this.issues++ === 0 ? '' : ',') + JSON.stringify(toIssue(finding)));
  }

  override async close(): Promise<void> {
    if (this.issues === 0) this.write(JSON.stringify(ALL_WELL));
    this.write(']}');
    await super.close();
  }
}
