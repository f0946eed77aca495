; What the tests in GIMP say and ask.

; Reports a value under a name, for the test to read.
(define (say name value)
  (gimp-message (string-append name " = " (say-text value))))

(define (say-text value)
  (cond ((string? value) value)
        ((number? value) (number->string value))
        ((symbol? value) (symbol->string value))
        ((boolean? value) (if value "#t" "#f"))
        ((vector? value) (say-text (vector->list value)))
        ((pair? value) (string-append "(" (unbreakupstr (map say-text value) " ") ")"))
        (else "()")))

; A photograph of width x height in an image of that type (RGB or GRAY) and precision.
(define (photograph file width height type precision)
  (let ((image (car (gimp-file-load RUN-NONINTERACTIVE file file))))
    (gimp-image-scale image width height)
    (if (= type GRAY) (gimp-image-convert-grayscale image))
    (if (not (= (car (gimp-image-get-precision image)) precision)) (gimp-image-convert-precision image precision))
    image))

(define (active image) (car (gimp-image-get-active-drawable image)))

; The first value of a pixel.
(define (value drawable x y) (vector-ref (cadr (gimp-drawable-get-pixel drawable x y)) 0))

; Paints by a file or a layer ("" or -1 for the other) with the default settings, at one small scale.
(define (paint-like image layer file style)
  (car (plug-in-impasto RUN-NONINTERACTIVE image layer file style 50 100 FALSE 32 0)))

; Paints at a size that takes a second, and gives the new layer.
(define (paint image layer) (paint-like image layer "great-wave" -1))

; Saves a drawable as plain 8-bit sRGB-encoded pixels of the image's own colours.
(define (save-pixels image drawable file)
  (let* ((copy (car (gimp-image-duplicate image)))
         (position (car (gimp-image-get-item-position image drawable)))
         (layer (vector-ref (cadr (gimp-image-get-layers copy)) position)))
    (if (not (= (car (gimp-image-get-precision copy)) PRECISION-U8-GAMMA))
      (gimp-image-convert-precision copy PRECISION-U8-GAMMA))
    (gimp-layer-flatten layer)
    (file-pnm-save RUN-NONINTERACTIVE copy layer file file TRUE)
    (gimp-image-delete copy)))

; The names of all layers from the top, groups followed by what is in them in brackets.
(define (layer-names image)
  (map item-names (vector->list (cadr (gimp-image-get-layers image)))))

(define (item-names item)
  (let ((name (car (gimp-item-get-name item))))
    (if (= (car (gimp-item-is-group item)) TRUE)
      (list name (map item-names (vector->list (cadr (gimp-item-get-children item)))))
      name)))

; Each expression of a batch starts with fresh variables; the image that was opened first is where another one left off.
(define image #f)
(define source #f)
(define other #f)

(define (images) (vector->list (cadr (gimp-image-list))))

(define (first-image) (apply min (images)))

; The name of a layer, or "" if there is none (any more).
(define (layer-name layer)
  (if (= (car (gimp-item-is-valid layer)) TRUE) (catch "" (car (gimp-item-get-name layer))) ""))

; Where a layer lies and how large it is.
(define (bounds layer)
  (append (gimp-drawable-offsets layer) (gimp-drawable-width layer) (gimp-drawable-height layer)))
