// Imported first by every tool. Nest 12 is ESM and is loaded with require(), which Node does from 20.19 and 22.12 on.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  console.error(`Assay needs Node.js 20.19 or newer (or 22.12 and later); this is ${process.version}.`);
  process.exit(1);
}
