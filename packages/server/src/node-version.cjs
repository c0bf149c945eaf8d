// In the JavaScript of 2009 and without imports, so that every Node.js can parse it and say that it is too old.
'use strict';

/** The version in `engines` of the package. */
var NEEDED = [26, 10];

/**
 * Says on standard error that this Node.js is too old, if it is.
 *
 * @returns whether it is too old
 */
exports.refuseOldNode = function refuseOldNode() {
  var version = process.versions.node;
  var parts = version.split('.').map(Number);
  if (parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1])) return false;
  process.stderr.write(
    'rtcstats-server: this is Node.js ' +
      version +
      ', but version ' +
      NEEDED.join('.') +
      ' or newer is needed. Install it from https://nodejs.org; in a checkout, `npm start` and `npx rtcstats-server` ' +
      'bring their own. [NODE_TOO_OLD]\n',
  );
  process.exitCode = 2;
  return true;
};
