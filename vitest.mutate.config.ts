import { defineConfig } from 'vitest/config'

// The tests that mutants are held against: those of the code that is mutated, none that starts the engine or a browser.
export default defineConfig({
  test: {
    include: [
      'src/names/**/*.test.ts',
      'src/intel/**/*.test.ts',
      'src/analytics/**/*.test.ts',
      'tests/property/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
})
