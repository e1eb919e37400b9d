// Which code may know which. Ranks, lowest first: model, bucketing, stats (pure) < platform < queue, store < apps.
const spec = '(\\.spec\\.ts$|/vectors/)'; // reads reference numbers from files
const pure = '^libs/(model|bucketing|stats)/';
const ours = '^(apps|libs|migrations|test|tools)/';
const npm = (...names) => `^node_modules/(${names.join('|')})(/|$)`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', 'Types included.', {}, { circular: true }),
    // The cross is no import: the tolerant parser writes it where `import { from } from 'rxjs'` confuses it.
    rule('resolves', 'An import must lead somewhere.', {}, { couldNotResolve: true, pathNot: '^✖$' }),
    rule(
      'lib-entered-by-index',
      'A lib is entered by @app/<lib>; what its index does not export is its own affair.',
      { path: '^(?:apps|migrations|test|tools|libs/([^/]+))/' },
      { path: '^libs/[^/]+/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    ),
    rule(
      'pure-knows-nothing-of-ours',
      'Rank 0: numbers and words in, numbers and words out.',
      { path: pure, pathNot: spec },
      { path: ours, pathNot: '^libs/$1/' },
    ),
    rule(
      'pure-needs-no-package',
      'Statistics may describe with simple-statistics; nothing else in rank 0 needs a package.',
      { path: pure, pathNot: spec },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional'], pathNot: npm('simple-statistics') },
    ),
    rule(
      'only-stats-describes',
      'simple-statistics is for libs/stats.',
      { pathNot: '^libs/stats/' },
      { path: npm('simple-statistics') },
    ),
    rule(
      'pure-has-no-system',
      'No clock, files, net or environment in rank 0; bucketing may hash, and tokens have a checksum.',
      { path: pure, pathNot: spec },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|zlib)$' },
    ),
    rule(
      'only-bucketing-hashes',
      'crypto in rank 0 is for hashing users into buckets.',
      { path: '^libs/(model|stats)/', pathNot: spec },
      { path: '^(node:)?crypto$' },
    ),
    rule(
      'client-stands-alone',
      'Others take the folder into their own programs.',
      { path: '^libs/client/', pathNot: spec },
      { pathNot: '^(libs/client/src/|node_modules/openapi-fetch/)' },
    ),
    rule(
      'nobody-is-a-client',
      'What runs here has no need to call itself; its packages are for development only.',
      { path: '^(apps|libs|migrations)/', pathNot: '^libs/client/' },
      { path: '^libs/client/' },
    ),
    rule(
      'platform-knows-nothing-of-ours',
      'Rank 1 is the same for any product.',
      { path: '^libs/platform/' },
      { path: ours, pathNot: '^libs/platform/' },
    ),
    rule(
      'queue-below-apps',
      'Rank 2 sees model and platform.',
      { path: '^libs/queue/' },
      { path: ours, pathNot: '^libs/(queue|model|platform)/' },
    ),
    rule(
      'store-below-apps',
      'Rank 2 sees model, platform and the migrations it runs.',
      { path: '^libs/store/' },
      { path: ours, pathNot: '^(libs/(store|model|platform)|migrations)/' },
    ),
    rule(
      'migrations-stand-alone',
      'A migration written today must still mean the same when the code has moved on.',
      { path: '^migrations/' },
      { path: ours, pathNot: '^migrations/' },
    ),
    rule(
      'apps-never-meet',
      'Api and worker meet in libs/queue and in the tables.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'worker-counts-only',
      'The worker neither assigns nor judges.',
      { path: '^apps/worker/' },
      { path: '^libs/(bucketing|stats)/' },
    ),
    rule(
      'features-stay-apart',
      'Features of one app share a store, a model rule, http or auth, not each other; flags hand out variants, and protocols say in the words of others what features do.',
      { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: '^apps/api/src/(flags|protocols)/' },
      { path: '^apps/$1/src/[^/]+/', pathNot: '^apps/$1/src/($2|http|auth)/' },
    ),
    rule(
      'flags-know-assignments',
      'A flag may be backed by an experiment; no other feature is its business.',
      { path: '^apps/api/src/flags/' },
      { path: '^apps/api/src/[^/]+/', pathNot: '^apps/api/src/(flags|assignments|http|auth)/' },
    ),
    rule(
      'nobody-knows-protocols',
      'What other systems call things is translated at the edge.',
      { path: '^(apps|libs)/', pathNot: '^apps/api/src/(protocols/|[^/]+\\.ts$)' },
      { path: '^apps/api/src/protocols/' },
    ),
    rule(
      'sql-in-store',
      'Only libs/store and the migrations speak to PostgreSQL; BullMQ has tables of its own there, which libs/queue migrates.',
      { path: '^(apps|libs)/', pathNot: '^libs/(store/|queue/src/backend\\.ts$)' },
      { path: npm('typeorm', 'pg', '@nestjs/typeorm') },
    ),
    rule(
      'bullmq-at-the-edges',
      'Only libs/queue, the processors of the worker and the monitor of the api know which queue it is.',
      {
        path: '^(apps|libs)/',
        pathNot: '^(libs/queue/|apps/worker/.+\\.processor\\.ts$|apps/api/src/monitor/)',
      },
      { path: npm('bullmq', '@nestjs/bullmq', '@bull-board') },
    ),
    rule(
      'no-dev-packages-at-run-time',
      'What production runs must come with `npm ci --omit=dev`.',
      { path: '^(apps|libs|migrations)/', pathNot: `${spec}|^libs/client/` },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
