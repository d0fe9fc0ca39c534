// Stands in for the probing process when a driver takes it down.
process.stderr.write('driver: cannot continue\n');
process.kill(process.pid, 'SIGSEGV');
