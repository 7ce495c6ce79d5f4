#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

// Which way a line's paragraph runs; it is a bit field in C.
static inline PangoDirection billrun_pango_direction(PangoLayoutLine *line) {
  return (PangoDirection)line->resolved_dir;
}
