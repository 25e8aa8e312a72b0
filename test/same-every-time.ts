/**
 * The properties draw the same values in every run, so that a red run is about the change under test and not about luck.
 * PROPERTY_SEED=… draws others; a failure names its own seed.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });
