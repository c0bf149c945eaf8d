// Runs before `npm pack` and `npm publish` in the folder of a package. The sources are TypeScript, which Node.js does
// not run below node_modules, so a tarball of them would install and then fail.
console.error(
  'The published package is in dist/. Run `npm run build`, then pack or publish the dist folder of this package.',
);
process.exitCode = 1;
