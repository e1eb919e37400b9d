import crypto from 'node:crypto';
import fs from 'node:fs';

/** The secret kept in `file`, made at the first call; only its owner may read it. */
export function keptSecret(file) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  if (text) return text;
  const secret = crypto.randomBytes(24).toString('base64url');
  fs.writeFileSync(`${file}.new`, secret, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file); // never half a secret
  return secret;
}
