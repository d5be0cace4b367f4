// Imported first by each server, because libraries look at these while they are being loaded.
process.env.NODE_ENV = 'production';
process.env.GRAPHILE_ENV = 'production';
// The data is in memory: planned for a disk, PostGraphile's Q3 takes PostgreSQL four times as long.
process.env.PGOPTIONS = '-c random_page_cost=1.1';
