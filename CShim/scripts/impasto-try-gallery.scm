; impasto-try-gallery: paints a layer once for each painting of the gallery, small and quick, to choose from.
;
; SPDX-License-Identifier: GPL-3.0-or-later

; The paths of the gallery of the plug-in that is installed in a folder of GIMP's.
(define (impasto-gallery folder)
  (cadr (file-glob (string-append folder "/plug-ins/impasto/styles/*.png") TRUE)))

(define (impasto-try-gallery image layer working-size)
  (let* ((own (impasto-gallery gimp-directory))
         (styles (if (null? own) (impasto-gallery gimp-plug-in-directory) own)))
    (if (null? styles) (error "impasto-try-gallery: the gallery is empty; install Impasto again"))
    (for-each
      (lambda (path)
        (plug-in-impasto RUN-NONINTERACTIVE image layer
          (impasto-stem (impasto-base-name path)) -1 50 100 FALSE working-size 0))
      styles)
    (gimp-displays-flush)))

(script-fu-register "impasto-try-gallery"
  "_Try the Gallery (Impasto)..."
  "Paint the layer once in the style of each painting of the gallery, at a small size, one new layer each"
  "The Impasto developers"
  "GPL-3.0-or-later"
  "2025"
  "RGB* GRAY*"
  SF-IMAGE "Image" 0
  SF-DRAWABLE "Layer" 0
  SF-ADJUSTMENT "Working size (pixels)" '(256 64 1024 16 64 0 SF-SPINNER))

(script-fu-menu-register "impasto-try-gallery" "<Image>/Filters/Artistic")
