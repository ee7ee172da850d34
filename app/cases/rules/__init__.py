"""What is pure about past cases: their words, and which of them is most like this one."""
