#!/usr/bin/env -S node --max-semi-space-size=4
// ES5, as start.cjs and what it imports are not: a Node that is too old has to be able to read this far and say so.
'use strict';

var engines = require('../package.json').engines;
var needed = Number(/\d+/.exec(engines.node)[0]);
var current = process.versions.node;

if (parseInt(current, 10) < needed) {
  console.error('benchcast needs Node %d or later; this is v%s', needed, current);
  process.exit(1);
}

require('./start.cjs');
