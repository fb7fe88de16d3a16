// Bounds on every query, and on the embedded engine as a whole. `max_memory_usage` alone is not enough against long lines:
// those are cut in sources/. Measured with a million Zeek DNS lines (307 MB, two cores): with ClickHouse's own block
// sizes, write buffers and mapped reads the engine peaked at 1,456 MB resident (1,016 MB of it private), with those
// below at 762 MB (525 MB), for the same processor time; four million lines took 570 MB of private memory.
import { totalmem } from 'node:os'

const MiB = 1024 ** 2

export type QueryLimits = {
  /** Default 600. */
  readonly seconds?: number
  /** Bytes; default 1,200 MiB. */
  readonly memory?: number
  /** Default: as many as the machine has cores. */
  readonly threads?: number
}

/** Settings sent with each query, always all of them: they stay on a session. Exceeding time gives code 159, memory 241. */
export function settingsOf(limits: QueryLimits = {}): Record<string, string | number> {
  const memory = limits.memory ?? 1200 * MiB
  return {
    max_execution_time: limits.seconds ?? 600,
    max_memory_usage: memory,
    max_threads: limits.threads ?? 0,
    // blocks are cut, compressed and written on two cores: a million lines in 1.7 s of wall time, 2.2 s with one
    max_insert_threads: limits.threads ?? 2,
    max_bytes_before_external_group_by: Math.floor(memory / 3),
    max_bytes_before_external_sort: Math.floor(memory / 3),
    min_insert_block_size_rows: 0,
    min_insert_block_size_bytes: 64 * MiB,
    min_chunk_bytes_for_parallel_parsing: 8 * MiB,
    // values are bound into the text of the query
    max_query_size: 256 * MiB,
    output_format_json_quote_64bit_integers: 0,
    mutations_sync: 2,
    lightweight_deletes_sync: 2,
    input_format_parallel_parsing: 1,
    // a file that is cut while it is mapped kills the process (SIGBUS)
    storage_file_read_method: 'pread',
    query_plan_max_limit_for_lazy_materialization: 0,
  }
}

/**
 * Configuration of the embedded engine (XML). Write buffers of many columns begin small; marks are cached in 128 MiB.
 * A part stays compact (one file for all columns) up to 256 MiB: a million lines took 3.2 s of processor time so, 4.3 s
 * with a file for each of 40 columns. In a temporary store only small parts are merged: merging the large ones cost
 * 1.5 s more for each million lines, and nobody would read the result twice.
 */
export const engineConfig = (temporary: boolean): string => `<clickhouse>
  <logger><level>none</level></logger>
  <max_server_memory_usage>${Math.max(1536 * MiB, Math.floor(totalmem() / 2))}</max_server_memory_usage>
  <mark_cache_size>${128 * MiB}</mark_cache_size>
  <merge_tree>
    <min_columns_to_activate_adaptive_write_buffer>1</min_columns_to_activate_adaptive_write_buffer>
    <min_bytes_for_wide_part>${256 * MiB}</min_bytes_for_wide_part>${
      temporary
        ? `
    <max_bytes_to_merge_at_max_space_in_pool>${4 * MiB}</max_bytes_to_merge_at_max_space_in_pool>
    <parts_to_delay_insert>100000</parts_to_delay_insert>
    <parts_to_throw_insert>100000</parts_to_throw_insert>`
        : ''
    }
  </merge_tree>
</clickhouse>
`
