/** What a Dockerfile makes, as far as ours goes: files, commands, and how the container starts. */
export interface Image {
  base: string;
  /** Archives of the build's folder, and where they are unpacked. */
  archives: { from: string; to: string }[];
  /** Shell commands of root, in their order. */
  commands: string[];
  env: Record<string, string>;
  user: string;
  folder: string;
  volumes: string[];
  entry: string[];
}

/**
 * Reads a Dockerfile of the instructions that ours has, with the defaults of its arguments.
 * @throws Error at any other instruction: what is checked without a container engine must be all of it
 */
export function readDockerfile(text: string): Image {
  const image: Image = {
    base: '',
    archives: [],
    commands: [],
    env: {},
    user: 'root',
    folder: '/',
    volumes: [],
    entry: [],
  };
  const values: Record<string, string> = {};
  const lines = text.replace(/^#.*$/gm, '').replace(/\\\n/g, ' ').split('\n');
  for (const line of lines.map((one) => one.trim()).filter(Boolean)) {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const given = rest?.replace(/\$\{(\w+)\}/g, (_, key: string) => values[key] ?? '') ?? '';
    const [key, value] = given.split(/=(.*)/s);
    const [from, to] = given.split(/\s+/);
    switch (name) {
      case 'FROM':
        image.base = given;
        break;
      case 'ARG':
        values[key] = value;
        break;
      case 'ENV':
        image.env[key] = value;
        break;
      case 'ADD':
        image.archives.push({ from, to });
        break;
      case 'RUN':
        image.commands.push(given.replace(/\s+/g, ' '));
        break;
      case 'USER':
        image.user = given;
        break;
      case 'WORKDIR':
        image.folder = given;
        break;
      case 'VOLUME':
        image.volumes.push(given);
        break;
      case 'ENTRYPOINT':
        image.entry = JSON.parse(given) as string[];
        break;
      case 'CMD':
        break;
      default:
        throw new Error(`The check does not support this Dockerfile instruction: ${line}`);
    }
  }
  return image;
}

/**
 * A shell script that takes an image's steps in a root folder of its own, over this machine's programs, and then runs commands as its
 * user. For root, in a mount namespace: `unshare -m sh -c SCRIPT`.
 * @param root an empty folder @param context the build's folder
 */
export function stepsByScript(image: Image, root: string, context: string, lines: string[]): string {
  const inside = (command: string) => `chroot ${root} /bin/sh -ec ${quoted(command)}`;
  const env = Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...image.env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const asUser = (line: string) =>
    inside(
      `cd ${image.folder}; exec setpriv --reuid ${image.user} --regid ${image.user} --init-groups env -i ${env.join(' ')} ${line}`,
    );
  return [
    'set -e',
    `mkdir -p ${root}/usr ${root}/etc ${root}/proc ${root}/dev ${root}/home ${root}/local/bin`,
    `mkdir -m 1777 ${root}/tmp`,
    `for link in bin sbin lib lib64; do ln -s usr/$link ${root}/$link; done`,
    `mount --rbind /usr ${root}/usr`,
    `mount --bind ${root}/local ${root}/usr/local`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `cp -r /etc/passwd /etc/group /etc/shadow /etc/login.defs /etc/pam.d /etc/nsswitch.conf /etc/ld.so.* ${root}/etc/`,
    ...image.archives.flatMap(({ from, to }) => [
      `mkdir -p ${root}${to}`,
      `tar -xzf ${context}/${from} -C ${root}${to}`,
    ]),
    ...image.commands.map(inside),
    ...lines.map(asUser),
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
