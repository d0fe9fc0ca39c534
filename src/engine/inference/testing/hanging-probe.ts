// Stands in for the probing process when a driver never answers.
setInterval(() => undefined, 1000);
