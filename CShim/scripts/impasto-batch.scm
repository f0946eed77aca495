; impasto-batch: paints many files, each by itself.
;
;   (impasto-batch "photos/*.jpg" "great-wave" "painted")
;   (impasto-batch "photos/*.jpg" "great-wave" "painted" 50 100 FALSE 1024 0)
;
; A glob of files, a style as plug-in-impasto takes it (the name of a gallery painting, or the path of an image), and a
; folder for the results, which is made if it is not there; then, if wanted, strength, brush size, keep colours, working
; size and seed. Each result is a PNG file of its picture's name, and never takes the place of one of the photographs. A
; file that cannot be painted does not stop the others; the end names it, as an error, so that a batch run can be judged
; by GIMP's messages.
;
; SPDX-License-Identifier: GPL-3.0-or-later

; Runs a thunk. Gives "", or what it failed with.
(define (impasto-attempt thunk)
  (let* ((hook *error-hook*)
         (failure
           (call-with-current-continuation
             (lambda (leave)
               (set! *error-hook*
                 (lambda message
                   (leave
                     (apply string-append
                       (map (lambda (part) (if (string? part) part "")) message)))))
               (thunk)
               ""))))
    (set! *error-hook* hook)
    failure))

; The name of a file without its folder.
(define (impasto-base-name path)
  (car (last (strbreakup path DIR-SEPARATOR))))

; The name without what follows the last dot.
(define (impasto-stem name)
  (let ((parts (strbreakup name ".")))
    (if (null? (cdr parts)) name (unbreakupstr (butlast parts) "."))))

; The folder of a file.
(define (impasto-folder path)
  (let ((parts (strbreakup path DIR-SEPARATOR)))
    (if (null? (cdr parts)) "." (string-append (unbreakupstr (butlast parts) DIR-SEPARATOR) DIR-SEPARATOR "."))))

; Makes a folder, and those it is to be in.
(define (impasto-make-folder folder)
  (if (not (or (string=? folder "") (file-exists? folder)))
    (let ((parts (strbreakup folder DIR-SEPARATOR)))
      (if (not (null? (cdr parts))) (impasto-make-folder (unbreakupstr (butlast parts) DIR-SEPARATOR)))
      (if (not (file-exists? folder)) (dir-make folder)))))

; Those of the files that lie in a folder, by their names there. Script-Fu cannot resolve paths: a file with a name of
; its own is put into the folder, and looked for beside each of the others.
(define (impasto-names-in folder files)
  (let* ((probe (string-append "impasto-" (number->string (realtime)) "-" (number->string (rand 32767)) ".tmp"))
         (path (string-append folder DIR-SEPARATOR probe)))
    (define (beside? file)
      (file-exists? (string-append (impasto-folder file) DIR-SEPARATOR probe)))
    (define (names rest)
      (cond ((null? rest) '())
            ((beside? (car rest)) (cons (impasto-base-name (car rest)) (names (cdr rest))))
            (else (names (cdr rest)))))
    (call-with-output-file path (lambda (port) #t))
    (let ((found (names files)))
      (file-delete path)
      found)))

; The size of a file, or -1.
(define (impasto-file-size path)
  (if (file-exists? path) (file-size path) -1))

; The name for the painting of a file: its stem's, or if another painting has that, one that holds the whole name.
(define (impasto-result-name name made)
  (define (free result)
    (if (member result made) (free (string-append result ".png")) result))
  (let ((short (string-append (impasto-stem name) ".png")))
    (if (member short made) (free (string-append name ".png")) short)))

; Paints one file into another. A result that could not be saved whole is not left there.
(define (impasto-paint-file source result style settings)
  (let ((image (car (gimp-file-load RUN-NONINTERACTIVE source source)))
        (size (impasto-file-size result)))
    (gimp-image-undo-disable image)
    ; An XCF file may hold a selection; here pictures are painted as wholes.
    (gimp-selection-none image)
    (if (= (car (gimp-image-base-type image)) INDEXED) (gimp-image-convert-rgb image))
    (let* ((failure
             (impasto-attempt
               (lambda ()
                 (let* ((layer (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE)))
                        (painted
                          (car (apply plug-in-impasto RUN-NONINTERACTIVE image layer style -1 settings))))
                   (gimp-file-save RUN-NONINTERACTIVE image painted result result))))))
      (gimp-image-delete image)
      (if (not (string=? failure ""))
        (begin
          (if (not (= size (impasto-file-size result))) (file-delete result))
          ; Where a failed call of GIMP goes, too; error does not.
          (*error-hook* failure))))))

(define (impasto-batch pattern style folder . settings)
  (let* ((defaults (list 50 100 FALSE 1024 0))
         (files (cadr (file-glob pattern TRUE)))
         (all-settings
           (append settings (list-tail defaults (min (length settings) (length defaults)))))
         (photographs '())
         (made '())
         (failed '()))
    (if (null? files) (error (string-append "impasto-batch: no file is named like " pattern)))
    (impasto-make-folder folder)
    (if (not (file-exists? folder)) (error (string-append "impasto-batch: cannot make the folder " folder)))
    (set! photographs (impasto-names-in folder files))
    (for-each
      (lambda (source)
        (let* ((name (impasto-base-name source))
               (result (impasto-result-name name made))
               (path (string-append folder DIR-SEPARATOR result))
               (failure
                 (if (member result photographs)
                   "its painting would be written over a photograph: choose another folder"
                   (impasto-attempt
                     (lambda () (impasto-paint-file source path style all-settings))))))
          (if (string=? failure "")
            (set! made (cons result made))
            (set! failed (cons (string-append name " (" failure ")") failed)))))
      files)
    (if (null? failed)
      (gimp-message
        (string-append "impasto-batch: painted all " (number->string (length made)) " files"))
      (error
        (string-append "impasto-batch: painted " (number->string (length made)) ", failed "
          (number->string (length failed)) ": " (unbreakupstr (reverse failed) "; "))))))

(script-fu-register "impasto-batch"
  "Paint _Many Files (Impasto)..."
  "Paint every file that a pattern names in the style of a painting, each into a PNG file of its name"
  "The Impasto developers"
  "GPL-3.0-or-later"
  "2025"
  ""
  SF-STRING "Files, as a pattern" "photos/*.jpg"
  SF-STRING "Style (a painting of the gallery, or the path of an image)" "great-wave"
  SF-DIRNAME "Folder for the paintings" "painted")

(script-fu-menu-register "impasto-batch" "<Image>/Filters/Artistic")
