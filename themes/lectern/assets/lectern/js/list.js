/* What a list page does beyond that. */
import "./article";
import "./filter";
