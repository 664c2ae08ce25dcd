// The assignment of least cost, with ties as the golden scenes hold them.
#pragma once

#include <utility>
#include <vector>

namespace swahr {

// cost: rows x columns, row after row, each number within +-kMaxCost. Returns (row, column) pairs in row
// order, as many as the smaller side. Hungarian method by shortest augmenting paths with dual potentials
// (Kuhn 1955, Munkres 1957; Jonker and Volgenant 1987): rows times rows times columns steps.
//
// Tag distances are rounded, so equal costs are common, and which of the equal assignments is found follows
// from the order of the search. Each row in turn takes the first free column of its least cost. Then each row
// that is left looks for a path, columns from the last to the first; of equally near columns the first seen
// wins, but the last free one is preferred. That is the order of the `munkres` package (3.0.0, from 16
// cells on), whose ties the golden scenes hold.
std::vector<std::pair<int, int>> solve_assignment(const double* cost, int rows, int columns);

// Sums of such costs stay finite, without which no path would be the shortest.
constexpr double kMaxCost = 1e100;

}  // namespace swahr
