import { Command } from 'commander';
import { printable } from '@ehrsynth/io';
import { numberText } from '@ehrsynth/statistics';
import { type Standing, type Verification, verifyRelease } from '@ehrsynth/release';
import { console } from '../console.ts';
import { publicKeyFrom } from '../sign-key.ts';
import { text } from '../table.ts';

const FAULTS_SHOWN = 100;

export function releaseVerifyCommand(): Command {
  return new Command('verify')
    .description('check that a package is complete and unchanged, that its figures meet its policy, and who signed it')
    .argument('<folder>', 'folder that `ehrsynth release` wrote')
    .option('--public-key <key>', "public key of the package's owner: a .pub file, or its second line")
    .action(verify);
}

async function verify(folder: string, options: { publicKey?: string }): Promise<void> {
  const publicKey = options.publicKey === undefined ? undefined : await publicKeyFrom(options.publicKey);
  const verification = await verifyRelease(folder, { publicKey });
  const { files, faults } = verification;
  if (faults.length > 0) process.exitCode = 1;
  const lines = [
    policyLine(verification.standing),
    signatureLine(verification),
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ✗ ${fault}`),
    ...(faults.length > FAULTS_SHOWN ? [`  … and ${text(faults.length - FAULTS_SHOWN)} more`] : []),
    `${printable(folder)}: ${text(files)} ${files === 1 ? 'file' : 'files'}, ${conclusion(verification)}`,
  ];
  console.log(lines.join('\n'));
}

/** What its policy asks less of than usual, and what is not known: first of all, since a lenient policy is easily met. */
function policyLine(standing: Standing | undefined): string {
  if (!standing) return 'Policy: could not be checked, see below';
  const { loosened, off, accepted, notMeasured, tooFew, withheld } = standing;
  const parts: [string, string[]][] = [
    [
      'Loosened',
      loosened.map(({ name, usual, threshold }) => `${name} ${numberText(threshold)} (usual ${numberText(usual)})`),
    ],
    ['off', off],
    ['accepted', accepted],
    ['not measured', notMeasured],
    ['too few to tell', tooFew],
  ];
  const said = parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}${what === 'Loosened' ? '' : ` (${names.length})`}: ${names.join(', ')}`);
  const policy =
    said.length > 0 ? said.join('; ') : 'Every gate is on, was measured, and has its usual threshold or a stricter one';
  const line = policy[0].toUpperCase() + policy.slice(1);
  return withheld ? `Figures are withheld, so this could not be checked; as stated: ${line}` : line;
}

function signatureLine({ signature, faults }: Verification): string {
  switch (signature.state) {
    case 'good':
      return `Signed with the key ${signature.keyId}; the signature is good (${signature.comment})`;
    case 'not checked':
      return `Signed (key id ${signature.keyId}), not checked: give --public-key`;
    case 'bad':
      return 'Signature: bad, see below';
    case 'absent':
      return faults.length > 0
        ? 'Not signed'
        : 'Not signed: anyone who can change the package can also update its checksums';
  }
}

/** What was verified, and what was not. */
function conclusion({ faults, standing }: Verification): string {
  if (faults.length > 0) return `${text(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'}`;
  return standing?.withheld
    ? 'complete and unchanged; its stated outcomes meet its policy (the figures are withheld)'
    : 'complete and unchanged, and its figures meet its policy. Not checked: the records against the figures, and the texts of report.html and datasheet.md';
}
