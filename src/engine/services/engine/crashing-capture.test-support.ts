// A capture process that dies as one with a broken driver would.
process.once('message', () => process.kill(process.pid, 'SIGSEGV'));
