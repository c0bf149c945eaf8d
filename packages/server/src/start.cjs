// A file of its own, because old versions of Node.js reject every file that contains `import()`.
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Node.js calls the file system, the resolver and the functions of cryptography in these threads, 4 by default. A disk
// that hangs blocks one for each dump that is being packed (2 streams of 2) or stored (16); tokens need the others.
process.env.UV_THREADPOOL_SIZE ??= '24';

// The checkout has TypeScript, the published package JavaScript.
import(existsSync(join(__dirname, 'main.js')) ? './main.js' : './main.ts');
