// A file of its own, because old versions of Node.js reject every file that contains `import()`.
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

// The checkout has TypeScript, the published package JavaScript.
import(existsSync(join(__dirname, 'main.js')) ? './main.js' : './main.ts');
