/** Mocha lets a promise pass that is rejected with nobody to handle it. Thrown, it fails the case during which it came. */
process.on('unhandledRejection', reason => {
  throw reason;
});
