;; Counts the ones that series of bits have in common, pair by pair. pair-counts-module.ts is made of it: npm run build:kernels
(module
  (memory (export "memory") 1)

  ;; For each of some rows, and for each of some columns: how many bits are set in both.
  ;; rows, columns: addresses of the addresses of series; out: address of nRows x nColumns counts, row-major, 4 bytes each.
  ;; bytes: length of a series, a positive multiple of 8.
  (func (export "count")
    (param $rows i32) (param $nRows i32) (param $columns i32) (param $nColumns i32) (param $bytes i32) (param $out i32)
    (local $row i32) (local $rowsEnd i32) (local $columnsEnd i32) (local $column i32)
    (local $a i32) (local $b i32) (local $aEnd i32) (local $common i64)
    (local.set $row (local.get $rows))
    (local.set $rowsEnd (i32.add (local.get $rows) (i32.shl (local.get $nRows) (i32.const 2))))
    (local.set $columnsEnd (i32.add (local.get $columns) (i32.shl (local.get $nColumns) (i32.const 2))))
    (block $rowsDone
      (loop $nextRow
        (br_if $rowsDone (i32.ge_u (local.get $row) (local.get $rowsEnd)))
        (local.set $column (local.get $columns))
        (block $columnsDone
          (loop $nextColumn
            (br_if $columnsDone (i32.ge_u (local.get $column) (local.get $columnsEnd)))
            (local.set $a (i32.load (local.get $row)))
            (local.set $b (i32.load (local.get $column)))
            (local.set $aEnd (i32.add (local.get $a) (local.get $bytes)))
            (local.set $common (i64.const 0))
            (loop $nextWord
              (local.set $common
                (i64.add
                  (local.get $common)
                  (i64.popcnt (i64.and (i64.load (local.get $a)) (i64.load (local.get $b))))))
              (local.set $b (i32.add (local.get $b) (i32.const 8)))
              (local.set $a (i32.add (local.get $a) (i32.const 8)))
              (br_if $nextWord (i32.lt_u (local.get $a) (local.get $aEnd))))
            (i32.store (local.get $out) (i32.wrap_i64 (local.get $common)))
            (local.set $out (i32.add (local.get $out) (i32.const 4)))
            (local.set $column (i32.add (local.get $column) (i32.const 4)))
            (br $nextColumn)))
        (local.set $row (i32.add (local.get $row) (i32.const 4)))
        (br $nextRow)))))
