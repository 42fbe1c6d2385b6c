// Which programs are tested: BUILD=release, asan, ...; before the harness of `remit` looks.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const bin = join(root, 'build', process.env.BUILD ?? 'release', 'bin');

process.env.REMIT_BIN ??= join(bin, 'remit');
export const binary = process.env.MAILER_BIN ?? join(bin, 'mailer');
