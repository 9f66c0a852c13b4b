# A cohort in R, and synthetic patients of any generator back: Rscript frames.R COHORT OUT
# Needs Matrix, which comes with R; jsonlite; and arrow where it is there.

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

# The generator: each code by itself.
set.seed(1)
number <- 500
prevalence <- colMeans(matrix[, is_code] > 0)
synthetic <- sapply(prevalence, function(share) rbinom(number, 1, share))
colnames(synthetic) <- with(columns[is_code, ], paste(kind, system, code, sep = "|"))

write.csv(synthetic, file.path(out, "wide.csv"))
if (requireNamespace("arrow", quietly = TRUE)) {
  arrow::write_parquet(as.data.frame(synthetic), file.path(out, "wide.parquet"))
}
