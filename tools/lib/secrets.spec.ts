import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type FindSecrets = (text: string) => { line: number; kind: string }[];
const { findSecrets } = jest.requireActual<{ findSecrets: FindSecrets }>('./secrets.mjs');

const letters = (count: number): string =>
  randomBytes(4 * count)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, '')
    .slice(0, count);

// Put together here, so that this file is not a finding itself.
const PLANTED: Record<string, string> = {
  'a token of Assay': `assay_secret_${letters(32)}_${letters(6)}`,
  'a private key': `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----`,
  'a key of AWS': `AKIA${'ABCDEFGH'.repeat(2)}`,
  'a token of GitHub': `ghp_${letters(36)}`,
  'a token of npm': `npm_${letters(36)}`,
  'a password in a URL': `postgres://assay:${letters(24)}@db.example.com/assay`,
};

describe('looking for secrets', () => {
  it.each(Object.entries(PLANTED))('finds %s, and says where', (kind, secret) => {
    expect(findSecrets(`one line\nconst it = '${secret}';\n`)).toEqual([{ line: 2, kind }]);
  });

  it.each([
    'BEARER_TOKENS=\'["paste the output of: openssl rand -hex 24"]\'',
    'postgres://assay:password@localhost:5432/assay',
    'redis://assay:${REDIS_PASSWORD:?set REDIS_PASSWORD in .env}@redis:6379',
    'postgres://${user}:${password}@127.0.0.1:${port}/${database}',
    'assay_secret_<32 characters>_<6 characters>',
    'https://www.rfc-editor.org/rfc/rfc9457#section-3.1:something-long-enough@all',
  ])('lets %s pass', (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('fails on a file that holds one, without saying it, and passes without', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'assay-secrets-'));
    const file = path.join(dir, 'settings.txt');
    const scan = () =>
      spawnSync(process.execPath, [path.join(__dirname, '../secret-scan.mjs'), file], { encoding: 'utf8' });
    writeFileSync(file, 'nothing here\n');
    expect(scan()).toMatchObject({ status: 0, stdout: '' });
    const secret = PLANTED['a token of Assay'];
    writeFileSync(file, `TOKEN=${secret}\n`);
    const { status, stdout, stderr } = scan();
    rmSync(dir, { recursive: true });
    expect(status).toBe(1);
    expect(stdout).toContain('settings.txt:1 looks like a token of Assay');
    expect(stdout + stderr).not.toContain(secret.slice(13, 45));
  });
});
