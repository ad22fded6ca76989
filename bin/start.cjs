const { existsSync } = require('node:fs');
const { join } = require('node:path');

// The package has the compiled files, a checkout the sources. Node strips no types under node_modules.
const isPackage = existsSync(join(__dirname, '../dist/main.js'));
import(isPackage ? '../dist/main.js' : '../src/main.ts');
