#!/usr/bin/env node
// The file that `rtcstats-server` runs. An old Node.js cannot parse the rest of the program: it knows neither its modules
// nor its syntax. It would fail with a syntax error instead of saying what it needs.
'use strict';

if (!require('./node-version.cjs').refuseOldNode()) require('./start.cjs');
