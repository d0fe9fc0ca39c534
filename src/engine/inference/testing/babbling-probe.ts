// Stands in for the probing process when a driver prints to the standard output and the answer is lost.
process.stdout.write('adapter 0: unknown\n{"outcome":"ran","error":"NaN"}\n');
