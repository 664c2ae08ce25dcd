"""What all rooms speak of: skeletons, the poses of a frame, and recordings of many frames."""

from swahr.pose.builder import RecordingBuilder
from swahr.pose.poses import Person, Poses
from swahr.pose.recording import FramePoses, Recording
from swahr.pose.skeleton import COCO_17, Skeleton

__all__ = ["COCO_17", "FramePoses", "Person", "Poses", "Recording", "RecordingBuilder", "Skeleton"]
