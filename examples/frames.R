# A cohort in R, and synthetic patients of any generator back: Rscript frames.R COHORT OUT
# Needs Matrix, which comes with R, and jsonlite (Debian: apt install r-cran-jsonlite). With arrow, which Debian does not have, Parquet too.

library(Matrix)
library(jsonlite)

arguments <- commandArgs(trailingOnly = TRUE)
cohort <- arguments[1]
out <- arguments[2]
dir.create(out, recursive = TRUE, showWarnings = FALSE)

# An array of matrix.npz, which is a zip file of NumPy's arrays.
read_array <- function(path, name) {
  connection <- unz(path, paste0(name, ".npy"), "rb")
  on.exit(close(connection))
  readBin(connection, "raw", 8)
  header <- readChar(connection, readBin(connection, "integer", 1, size = 2, signed = FALSE, endian = "little"), useBytes = TRUE)
  size <- if (grepl("<i8", header, fixed = TRUE)) 8 else 4
  count <- as.integer(sub(".*'shape': \\((\\d+).*", "\\1", header))
  readBin(connection, "integer", count, size = size, endian = "little")
}

# The training patients: counts, and what the columns are. Never learn from cohort/holdout.
path <- file.path(cohort, "train", "matrix.npz")
shape <- read_array(path, "shape")
matrix <- sparseMatrix(j = read_array(path, "indices") + 1, p = read_array(path, "indptr"), x = read_array(path, "data"), dims = shape)
columns <- fromJSON(file.path(cohort, "train", "columns.json"))$columns
is_code <- columns$kind != "demographic"
cat(nrow(matrix), "patients,", sum(is_code), "codes\n")

# Each patient's record, in the order of the rows: id, sex, dates, events. What rows.parquet has, without a reader of Parquet.
records <- stream_in(gzfile(file.path(cohort, "train", "records.ndjson.gz")), verbose = FALSE)
stopifnot(nrow(records) == nrow(matrix))

# The generator: each code by itself, sex as it is among the training patients.
set.seed(1)
number <- 500
prevalence <- colMeans(matrix[, is_code] > 0)
synthetic <- sapply(prevalence, function(share) rbinom(number, 1, share))
colnames(synthetic) <- with(columns[is_code, ], paste(kind, system, code, sep = "|"))
wide <- data.frame(sex = sample(records$sex, number, replace = TRUE), synthetic, check.names = FALSE)

# A table with a column for each code.
write.csv(wide, file.path(out, "wide.csv"), row.names = FALSE)
if (requireNamespace("arrow", quietly = TRUE)) arrow::write_parquet(wide, file.path(out, "wide.parquet"))

# A row for each event. These are the cohort's own training records, to show where things stand: they are nobody's to give away.
rows_of <- function(i) {
  events <- records$events[[i]]
  if (NROW(events) == 0) return(NULL)
  optional <- function(value) if (is.null(value)) NA else value
  data.frame(
    patient_id = records$id[i], time = optional(events$start), kind = events$kind,
    system = events$code$system, code = events$code$code,
    value = optional(events$quantity$value), unit = optional(events$quantity$unit),
    sex = records$sex[i], birth_date = optional(records$birthDate[i])
  )
}
events <- do.call(rbind, lapply(seq_len(nrow(records)), rows_of))
write.csv(events, file.path(out, "events.csv"), row.names = FALSE, na = "")
