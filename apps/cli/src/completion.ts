import { type CommandNode, type OptionNode, withDescendants } from './command-tree.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script with which a shell completes ehrsynth's commands, options and their choices; files where anything may stand. */
export function completionScript(shell: Shell, tree: CommandNode): string {
  return { bash, zsh, fish }[shell](tree);
}

/** Sets `path` to the command whose words stand before the cursor, then offers what may follow. */
function bash(tree: CommandNode): string {
  return `# ${usage('bash', '~/.bashrc')}
_ehrsynth() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path= i commands= options=
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path/\${COMP_WORDS[i]}" in
      ${commandPaths(tree)}) path="$path/\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${valueCases(tree, (choices) => `COMPREPLY=($(compgen -W "${choices}" -- "$cur")); return`, 'return')}
  esac
  case "$path" in
${[...withDescendants(tree)].map(bashCase).join('\n')}
  esac
  if [[ $cur == -* ]]; then commands=$options; fi
  COMPREPLY=($(compgen -W "$commands" -- "$cur"))
}
complete -o default -F _ehrsynth ehrsynth
`;
}

function bashCase(node: CommandNode): string {
  const commands = node.commands.map(({ path }) => path.at(-1)).join(' ');
  const options = node.options.flatMap(({ names }) => names).join(' ');
  return `    "${pathOf(node)}") commands="${commands}" options="${options}" ;;`;
}

function zsh(tree: CommandNode): string {
  const offers = [...withDescendants(tree)].map((node) => {
    const options = node.options.map((option) => described(option.names.at(-1)!, option.about));
    const commands = node.commands.map(({ path, about }) => described(path.at(-1)!, about));
    return `    "${pathOf(node)}") options=(${options.join(' ')}) commands=(${commands.join(' ')}) ;;`;
  });
  return `#compdef ehrsynth
# ${usage('zsh', '~/.zshrc')}
_ehrsynth() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" at= i
  local -a options commands
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      (${commandPaths(tree)}) at="$at/\${words[i]}" ;;
    esac
  done
  case "$at $prev" in
${valueCases(tree, (choices) => `compadd -- ${choices}; return`, '_files; return')}
  esac
  case "$at" in
${offers.join('\n')}
  esac
  if [[ $cur == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  else _files
  fi
}
compdef _ehrsynth ehrsynth
`;
}

function fish(tree: CommandNode): string {
  const lines = [...withDescendants(tree)].flatMap((node) => {
    const when = `-n ${single(`__ehrsynth_at ${single(pathOf(node))}`)}`;
    const commands = node.commands.map(({ path, about }) => `-f -a ${path.at(-1)} -d ${single(about)}`);
    return [...commands, ...node.options.map(fishOption)].map((what) => `complete -c ehrsynth ${when} ${what}`);
  });
  return `# ${usage('fish', '~/.config/fish/config.fish')}
function __ehrsynth_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at/$word"
      case ${[...withDescendants(tree)]
        .slice(1)
        .map((node) => single(pathOf(node)))
        .join(' ')}
        set at "$at/$word"
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function fishOption({ names, about, takesValue, choices }: OptionNode): string {
  const named = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = choices.length > 0 ? [`-x -a ${single(choices.join(' '))}`] : takesValue ? ['-r'] : [];
  return [...named, ...value, `-d ${single(about)}`].join(' ');
}

function usage(shell: Shell, file: string): string {
  const line = shell === 'fish' ? 'ehrsynth completion fish | source' : `eval "$(ehrsynth completion ${shell})"`;
  return `Completes ehrsynth's commands and options. In ${file}: ${line}`;
}

/** /ingest/fhir */
function pathOf({ path }: CommandNode): string {
  return path.map((word) => `/${word}`).join('');
}

/** Patterns of all commands' paths, as `case` has them. */
function commandPaths(tree: CommandNode): string {
  return [...withDescendants(tree)].slice(1).map(pathOf).join('|');
}

/** Cases of "path option" after which a value stands: one of these, or any. */
function valueCases(tree: CommandNode, offer: (choices: string) => string, any: string): string {
  const lines = [...withDescendants(tree)].flatMap((node) =>
    node.options
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) => {
        const patterns = names.map((name) => `"${pathOf(node)} ${name}"`).join('|');
        return `    ${patterns}) ${choices.length > 0 ? offer(choices.join(' ')) : any} ;;`;
      }),
  );
  return lines.join('\n');
}

/** name:description, as _describe takes it. */
function described(name: string, about: string): string {
  return single(`${name.replaceAll(':', '\\:')}:${about}`);
}

/** A word in single quotes, for any of the shells. */
function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''").replaceAll('\n', ' ')}'`;
}
