/* What a page does beyond being read. Each feature stands alone; none is needed for reading. */
import "./copy";
import "./scheme-switch";
import "./search-opener";
import "./tabs";
import "./toc";
