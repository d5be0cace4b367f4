// Imported first by each server, because libraries look at these while they are being loaded.
process.env.NODE_ENV = 'production';
process.env.GRAPHILE_ENV = 'production';
