// The wfc language: `.wf` files, and the expressions of conditions and templates.
//
// One grammar for both, so that an expression means the same wherever it stands. Two things are decided outside of
// it, by compiler/dsl/tokens.cpp, because they need to look at indentation or at the whole file:
//
//   - Line ends inside ( ) and [ ], after a comma, and in a lone expression are dropped; several in a row are one. So
//     NL here always ends a statement, and the rules need no notion of continuation.
//   - Brackets are balanced and nested at most 200 deep. A bracket that is never closed is reported there, and closed
//     where the indentation says its author meant to.
//
// Tokens that no rule uses (BADNUM, OPENSTR, CPPOP, BAD) exist to be reported by name rather than as a surprise.
grammar Wf;

@lexer::members {
// A line of quotes ends a block text only if `when`, `{` or nothing follows them: a Python docstring inside a prompt
// is text.
bool closes() {
  ssize_t i = 1;
  while (_input->LA(i) == ' ' || _input->LA(i) == '\t') i++;
  const size_t c = _input->LA(i);
  if (c == static_cast<size_t>(-1) || c == '\n' || c == '\r') return true;
  if (i == 1) return false;
  if (c == '{') return true;
  return c == 'w' && _input->LA(i + 1) == 'h' && _input->LA(i + 2) == 'e' && _input->LA(i + 3) == 'n' &&
         _input->LA(i + 4) == ' ';
}
}

// ---------------------------------------------------------------- structure
file       : NL* (item (NL+ item)* NL*)? EOF ;
block      : LBRACE NL* (item (NL+ item)* NL*)? RBRACE ;

// What a statement may say is decided by its reader, not here: `timout 5m` parses as a setting, so that the message can be
// about the word. The same holds of the words behind a verb (`args`).
item       : step | define | parallel | branch | reaction | check | setting ;

step       : STEP id STRING? COLON body when? block? ;          // step tests "Run tests": run "make"
define     : DEFINE STEP name LPAREN (param (COMMA param)*)? RPAREN COLON body block? ;
parallel   : PARALLEL args? block ;                             // parallel reviews max 3 { ... }
branch     : IF expr block (ELSE IF expr block)* (ELSE block)? ; // A loop: a chain of a thousand must not recurse.
reaction   : ON expr args? when? block? ;                       // on cron "..." / on fail back to build max 3
check      : CHECK expr ;
setting    : head args? (COLON type)? (ASSIGN expr)? when? block? ;
head       : NAME | STRING ;                                    // quoted: metadata keys that are not names

body       : CHECK expr                                         // step ok: check tests.coverage > 80
           | path LPAREN (named (COMMA named)* COMMA?)? RPAREN  // step sec: review(area = "security")
           | args                                               // step tests: run "make test"
           ;
when       : WHEN expr ;
param      : name COLON type (ASSIGN expr)? ;
named      : name ASSIGN expr ;

// `on fail retry 2 wait 10s`, `by 2 of ana, bo`: words, values and texts one after the other; a comma begins a new group.
args       : group (COMMA group)* ;
group      : arg+ ;
arg        : path | STRING | BLOCK | literal | list ;
path       : name (DOT word)* ;

type       : typeAtom (BAR typeAtom)* ;                         // "bug" | "feature", list<string>, int?
typeAtom   : name (LT type GT)? QUESTION? | STRING ;

// ---------------------------------------------------------------- expressions
// Tightest first. `|` binds looser than arithmetic, as in Tera; `1 + x | length` is therefore refused afterwards
// (WF0404), so that nobody has to remember it.
expression : expr EOF ;                                         // entry for YAML conditions and templates
expr       : primary
           | expr DOT (word | INT)
           | expr LBRACK expr RBRACK
           | MINUS expr
           | expr (STAR | SLASH | PERCENT) expr
           | expr (PLUS | MINUS) expr
           | expr TILDE expr
           | expr BAR word callArgs?
           | expr (LT | LE | GT | GE | EQ | NE) expr
           | expr NOT? IN expr
           | expr IS NOT? word callArgs?
           | NOT expr
           | expr AND expr
           | expr OR expr
           ;
primary    : literal | STRING | SQSTRING | list | map | name callArgs? | LPAREN expr RPAREN ;
callArgs   : LPAREN (callArg (COMMA callArg)* COMMA?)? RPAREN ;
callArg    : (name ASSIGN)? expr ;
literal    : INT | FLOAT | DURATION | SIZE | MONEY | TRUE | FALSE | NULL_ ;
list       : LBRACK (expr (COMMA expr)* COMMA?)? RBRACK ;
map        : LBRACE NL* (entry (COMMA entry)* COMMA?)? NL* RBRACE ;
entry      : (name | STRING | SQSTRING) COLON expr ;

// Statement words may name steps, inputs and agents. `when` may not, because it
// ends an argument list; the operators and constants may not, because of expressions.
id         : name | STRING ;
name       : NAME | STEP | DEFINE | PARALLEL | IF | ELSE | ON | CHECK ;
word       : name | WHEN | AND | OR | NOT | IN | IS | TRUE | FALSE | NULL_ ;

// ---------------------------------------------------------------- tokens
STEP : 'step' ;   DEFINE : 'define' ; PARALLEL : 'parallel' ;
IF : 'if' ;       ELSE : 'else' ;     ON : 'on' ;
CHECK : 'check' ; WHEN : 'when' ;
AND : 'and' ;     OR : 'or' ;         NOT : 'not' ;
IN : 'in' ;       IS : 'is' ;
TRUE : 'true' ;   FALSE : 'false' ;   NULL_ : 'null' ;

DURATION : ([0-9]+ ('.' [0-9]+)? ('ms' | 's' | 'm' | 'h' | 'd'))+ ;
SIZE     : [0-9]+ ('.' [0-9]+)? ('B' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB') ;
MONEY    : '$' [0-9]+ ('.' [0-9]+)? ;
FLOAT    : [0-9]+ '.' [0-9]+ ;
INT      : [0-9] [0-9_]* ;
NAME     : [A-Za-z_] [A-Za-z0-9_]* ('-' [A-Za-z0-9_]+)* ;
BADNUM   : [0-9] [0-9_]* [A-Za-z] [A-Za-z0-9_-]* ;              // 30sec, 2fa

// The first line of quotes that closes ends it; a text without lines is `"""`, line end, `"""`. Two lengths are enough: a
// text cannot hold both and stay readable.
BLOCK    : '"""'  HS* EOL (.*? EOL)?? HS* '"""'  {closes()}?
         | '""""' HS* EOL (.*? EOL)?? HS* '""""' {closes()}? ;  // for text that holds a line of """
STRING   : '"' (ESC | ~["\\\r\n])* '"' ;
SQSTRING : '\'' (ESC | ~['\\\r\n])* '\'' ;                      // in expressions only
// Longest match wins, so this is taken only where STRING does not fit.
OPENSTR  : '"' (ESC | ~["\\\r\n])* '\\'? ;                      // no closing quote
fragment ESC : '\\' ~[\r\n] ;
fragment HS  : [ \t] ;
fragment EOL : '\r'? '\n' ;

LBRACE : '{' ; RBRACE : '}' ;
LPAREN : '(' ; RPAREN : ')' ;
LBRACK : '[' ; RBRACK : ']' ;
COMMA : ',' ; COLON : ':' ; DOT : '.' ; QUESTION : '?' ;
EQ : '==' ; NE : '!=' ; LE : '<=' ; GE : '>=' ; LT : '<' ; GT : '>' ;
ASSIGN : '=' ; PLUS : '+' ; MINUS : '-' ; STAR : '*' ; SLASH : '/' ;
PERCENT : '%' ; TILDE : '~' ; BAR : '|' ;
CPPOP : '&&' | '||' | '!' ;                                     // and, or, not

NL      : '\r'? '\n' ;
DOC     : '##' ~[\r\n]* -> channel(HIDDEN) ;
COMMENT : '#' ~[\r\n]*  -> channel(HIDDEN) ;
WS      : [ \t]+        -> channel(HIDDEN) ;
BAD     : . ;
