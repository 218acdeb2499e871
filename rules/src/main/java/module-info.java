/** The names of the rules that tests prove. */
module io.penstock.rules {
  exports io.penstock.rules;
}
